import type { InitChoice } from './init-choice.ts';

/** `lattice.yaml` of a new set-up: what was chosen, and everything else as a comment with its default. */
export function configTemplate({ provider, baseUrl }: InitChoice): string {
  return `# Settings of Lattice Lock. Every key is optional; what is commented out shows its default.
# Secrets belong in .env, not here: \${NAME} is replaced by that environment variable.
# "lattice config check" shows what is in force, "lattice doctor" whether it works.

environment: development # test, production (needs LATTICE_LOCK_SECRET_KEY and a provider)
# dataDir: .lattice # usage, keys and decisions

server:
  host: 127.0.0.1 # 0.0.0.0 lets other machines in
  port: 8787 # 0 takes a free one

${providerSection(provider, baseUrl)}
routing:
  preset: balanced # cheap, best, fast
  # constraints:
  #   allow: [openai/*, local/*] # only these models
  #   deny: [openai/gpt-4] # never these
  #   maxCostUsd: 0.5 # upper bound of one request's expected cost

# Short names for models: lattice ask --model small
# aliases:
#   small: openai/gpt-5-mini

# execution:
#   maxAttemptsPerModel: 2
#   runTimeoutMs: 600000

# logging:
#   level: info # debug, info, warn, error, fatal, silent

# simulator: auto # off: never answer in place of a provider
`;
}

function providerSection(provider: InitChoice['provider'], baseUrl: string | null): string {
  const guidance = `# Keys are read from OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, ... (.env). Here stand addresses and more accounts.
`;
  if (provider === null) return `${guidance}# providers:\n#   openai:\n#     baseUrl: https://api.openai.com/v1\n`;
  const url =
    baseUrl === null ? '    # baseUrl: where it is not the usual one' : `    baseUrl: ${JSON.stringify(baseUrl)}`;
  // Where an SDK finds credentials, "true" is the operator's word that there is one: it is not given for them.
  const enabled =
    provider.env.ambient === undefined
      ? '# enabled: false # switches it off'
      : `# enabled: true # where the vendor's SDK finds the credential by itself`;
  return `${guidance}providers:
  ${provider.id}:
    ${enabled}
${url}
    # passthrough: true # also models the catalog does not know
    # models: [my-model] # models of its own
`;
}
