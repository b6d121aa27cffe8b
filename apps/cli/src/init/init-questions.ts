import { LatticeError } from '@lattice-lock/contract';
import type { Invocation } from '../invocation.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import type { TerminalDialog } from '../terminal/terminal-dialog.ts';
import {
  checkInitKey,
  checkInitUrl,
  findInitProvider,
  lacksUrl,
  likelyProvider,
  neededUrl,
  type InitChoice,
} from './init-choice.ts';
import { initProviderNames } from './init-provider-names.ts';

/** What the flags have decided already. */
export interface InitAnswers {
  readonly provider: string | undefined;
  readonly baseUrl: string | undefined;
}

/** Asks what the flags left open; an answer that will not do is asked again. */
export async function askInitChoice(
  answers: InitAnswers,
  dialog: TerminalDialog,
  { context, err }: Invocation,
): Promise<InitChoice> {
  const again = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!LatticeError.isInstance(error) || error.code !== 'LATTICE_INVALID_REQUEST') throw error;
        err.line(err.paint.yellow(escapeLine(error.message)));
      }
    }
  };
  const likely = likelyProvider(context.env).id;
  const list = initProviderNames.join(', ');
  const askProvider = async () => findInitProvider((await dialog.ask(`Provider (${list}) [${likely}]: `)) || likely);
  const provider = answers.provider === undefined ? await again(askProvider) : findInitProvider(answers.provider);
  if (provider === null) return { provider, baseUrl: null, apiKey: null };
  const usual = provider.defaultBaseUrl;
  const askUrl = async () => {
    const known = lacksUrl(provider) ? 'none: give one' : (usual ?? 'known to the SDK');
    const typed = await dialog.ask(`Address [${known}]: `);
    return typed === '' && !lacksUrl(provider) ? null : checkInitUrl(typed);
  };
  const baseUrl = answers.baseUrl === undefined ? await again(askUrl) : checkInitUrl(answers.baseUrl);
  const question = `${provider.displayName} key (not shown; Enter to set it later): `;
  const apiKey = await again(async () => checkInitKey(await dialog.askHidden(question)));
  return { provider, baseUrl: neededUrl(provider, baseUrl), apiKey };
}
