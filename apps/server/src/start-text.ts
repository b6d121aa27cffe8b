import type { AppConfig } from '@lattice-lock/config';
import type { RunningServer } from './start-server.ts';

type Provider = Awaited<ReturnType<RunningServer['lattice']['providers']>>[number];

/** What `--json` prints: one line, for programs. */
export function readyLine(server: RunningServer, pid: number): string {
  const { url, dataDir, firstKey } = server;
  return JSON.stringify({ url, pid, dataDir, ...(firstKey === null ? {} : { key: firstKey }) });
}

/** What a person reads when the gateway has started. */
export async function startText(server: RunningServer, config: AppConfig): Promise<string> {
  const providers = await server.lattice.providers();
  const configured = providers.filter((provider) => provider.configured);
  const names = configured.map(({ id, credentialSource }) =>
    credentialSource === null ? id : `${id} (${credentialSource})`,
  );
  const { simulated } = server.lattice;
  const lines = [
    '',
    `Lattice Lock listens on ${server.url}`,
    '',
    `  data       ${server.storage}`,
    `  providers  ${simulated ? 'none' : names.join(', ')}`,
    ...(config.configFile === null ? [] : [`  settings   ${config.configFile}`]),
    '',
    ...(simulated ? [...box(simulatorWarning(providers)), ''] : []),
    ...keyLines(server, config),
    '',
    'Stop with Ctrl-C.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function simulatorWarning(providers: readonly Provider[]): readonly string[] {
  const variables = providers.flatMap(({ definition: { env, needsApiKey } }) => {
    const [variable] = needsApiKey ? env.apiKey : env.baseUrl;
    return variable === undefined ? [] : [variable];
  });
  const pairs = variables.flatMap((variable, index) =>
    index % 2 === 0 ? [`  ${variable.padEnd(28)}${variables[index + 1] ?? ''}`.trimEnd()] : [],
  );
  return [
    'THE SIMULATOR ANSWERS. No provider is configured, so no real model is called:',
    'every answer is made up, and costs are what the real model would have cost.',
    'For real answers set one of these (environment, .env or lattice.yaml), then start again:',
    ...pairs,
  ];
}

function keyLines(server: RunningServer, config: AppConfig): readonly string[] {
  if (!config.auth.enabled) {
    return [
      'KEYS ARE OFF (auth.enabled is false): everybody who reaches this port may use it.',
      '',
      ...curl(server.url, null),
    ];
  }
  if (server.firstKey !== null) {
    return [`Your API key, shown this once:`, '', `  ${server.firstKey}`, '', ...curl(server.url, server.firstKey)];
  }
  const dataDir = config.origins['dataDir'] === undefined ? '' : ` --data-dir ${shellWord(server.dataDir)}`;
  return [
    `API keys are kept, hashed, in ${server.storage}; a key is shown only when it is made.`,
    `Make one:  npx lattice keys create${dataDir}`,
    `See all:   npx lattice keys list${dataDir}`,
  ];
}

/** A request to paste into bash. */
function curl(url: string, key: string | null): readonly string[] {
  return [
    'Try it:',
    '',
    `curl ${url}/v1/chat/completions \\`,
    ...(key === null ? [] : [`  -H 'Authorization: Bearer ${key}' \\`]),
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"model": "auto", "messages": [{"role": "user", "content": "Say hello in three languages."}]}'`,
  ];
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function box(lines: readonly string[]): readonly string[] {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '+'.padEnd(width + 3, '-') + '+';
  return [edge, ...lines.map((line) => `| ${line.padEnd(width)} |`), edge];
}
