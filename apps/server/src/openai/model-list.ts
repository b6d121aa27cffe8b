import type { ModelEntry } from 'lattice-lock';

/** A model as `GET /v1/models` lists it. */
export interface WireModel {
  readonly id: string;
  readonly object: 'model';
  /** Seconds since the epoch; 0 where the day of release is unknown. */
  readonly created: number;
  readonly owned_by: string;
  readonly lattice: Readonly<Record<string, unknown>>;
}

const choices: readonly (readonly [name: string, description: string])[] = [
  ['auto', 'Picks a model by fit, cost, speed and reliability, weighed evenly.'],
  ['auto:cheap', 'Picks a model; cost counts most.'],
  ['auto:best', 'Picks a model; fit counts most.'],
  ['auto:fast', 'Picks a model; speed counts most.'],
];

/** Every name that `model` of a request may have: the choices, the operator's aliases, and each model of the catalog. */
export function modelList(
  models: readonly ModelEntry[],
  aliases: Readonly<Record<string, string>>,
): readonly WireModel[] {
  const configured = models.some((model) => model.configured);
  const simulated = models.some((model) => model.simulated);
  const own = (id: string, lattice: Readonly<Record<string, unknown>>): WireModel => ({
    id,
    object: 'model',
    created: 0,
    owned_by: 'lattice-lock',
    lattice: { configured, simulated, ...lattice },
  });
  return [
    ...choices.map(([name, description]) => own(name, { description })),
    ...Object.entries(aliases).map(([name, target]) => own(name, { alias_of: target, ...stateOf(models, target) })),
    ...models.map(wireModel),
  ];
}

function stateOf(models: readonly ModelEntry[], target: string): Readonly<Record<string, unknown>> {
  const found = models.find((model) => `${model.provider}/${model.model}` === target);
  return found === undefined ? {} : { configured: found.configured, simulated: found.simulated };
}

function wireModel(model: ModelEntry): WireModel {
  return {
    id: `${model.provider}/${model.model}`,
    object: 'model',
    created: model.released === null ? 0 : secondsOf(model.released),
    owned_by: model.provider,
    lattice: {
      configured: model.configured,
      simulated: model.simulated,
      name: model.name,
      status: model.status,
      context_tokens: model.contextTokens,
      max_output_tokens: model.maxOutputTokens,
      input: model.input,
      output: model.output,
      tools: model.tools,
      structured_output: model.structuredOutput,
      reasoning: model.reasoning,
      aliases: model.aliases,
    },
  };
}

/** `YYYY`, `YYYY-MM` and `YYYY-MM-DD` are all read as UTC (ECMA-262, date-only forms). */
function secondsOf(released: string): number {
  const ms = Date.parse(released);
  return Number.isNaN(ms) ? 0 : ms / 1000;
}
