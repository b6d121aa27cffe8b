import type { AppConfig } from '@lattice-lock/config';
import type { ListedProvider } from '../models/model-row.ts';
import type { Finding } from './finding.ts';

/** Who answers where no provider is configured. With a misspelt credential nobody does: that is taken for a slip. */
export function checkSimulator(
  providers: readonly ListedProvider[],
  { environment, simulator }: AppConfig,
  isMisspelt: boolean,
): Finding {
  const check = 'simulator';
  const configured = providers.filter((provider) => provider.configured).map(({ id }) => id);
  if (configured.length > 0) {
    const verb = configured.length === 1 ? 'is' : 'are';
    return {
      check,
      state: 'ok',
      message: `does not answer: ${configured.join(', ')} ${verb} configured`,
      remedy: null,
    };
  }
  const remedy = 'Set OPENAI_API_KEY or ANTHROPIC_API_KEY, or run "lattice init".';
  if (simulator === 'off') {
    const why = environment === 'production' ? 'never answers in production' : 'is switched off';
    return { check, state: 'problem', message: `${why}, and no provider is configured: nothing can answer.`, remedy };
  }
  if (isMisspelt) {
    const message = 'does not answer: a credential seems to be misspelt, and that is no reason to simulate.';
    return { check, state: 'note', message, remedy: null };
  }
  return { check, state: 'warning', message: 'answers for every model: no provider is configured.', remedy };
}
