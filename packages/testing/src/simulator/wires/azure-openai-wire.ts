import type { JsonObject } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { nameBetween, type RequestTarget } from '../request-target.ts';
import { azureVendor, filterResults } from './azure-vendor.ts';
import { BodyReader } from './body-reader.ts';
import { decodeOpenAIChat, openAIDialect } from './decode-openai-chat.ts';
import { chatBodyEncoder, openAIFlavour, type ChatFlavour } from './encode-openai-chat.ts';
import { openAIChatWire } from './openai-chat-wire.ts';
import { openAIResponsesWire } from './openai-responses-wire.ts';
import type { SimulatedWireCodec, WireEvent } from './simulated-wire.ts';
import { chatStreamEncoder } from './stream-openai-chat.ts';

/** The deployment a path names; `undefined` for a path that names none. */
export function deploymentOf({ path }: RequestTarget, route: string): string | undefined {
  return nameBetween(path, '/openai/deployments/', `/${route}`);
}

const promptVerdict = [{ prompt_index: 0, content_filter_results: filterResults(false) }];

const flavour: ChatFlavour = {
  ...openAIFlavour,
  baseFields: { system_fingerprint: 'fp_lattice_simulator' },
  // Before any choice: what the filter thinks of the prompt, in a chunk that says nothing else.
  opening: () => ({
    choices: [],
    created: 0,
    id: '',
    model: '',
    object: '',
    prompt_filter_results: promptVerdict,
  }),
  promptFields: () => ({ prompt_filter_results: promptVerdict }),
  choiceFields: (text, answer) => ({
    content_filter_results: text === '' && !isFiltered(answer) ? {} : filterResults(isFiltered(answer)),
  }),
};

function isFiltered(answer: PlannedAnswer): boolean {
  return answer.finishReason === 'content-filter' && answer.refusal === null;
}

const encodeBody = chatBodyEncoder(flavour);

/** A choice that the filter stopped before it said anything has no message. */
function withoutFilteredMessage(event: WireEvent): WireEvent {
  const body = JSON.parse(String(event.data)) as { choices: JsonObject[] };
  const choices = body.choices.map(({ message: _message, ...choice }) => choice);
  return { ...event, data: JSON.stringify({ ...body, choices }) };
}

/** Chat as Azure speaks it: on deployments, under `/openai/v1`, and on AI Foundry's `/models`. */
export const azureChatWire: SimulatedWireCodec = {
  ...openAIChatWire,
  ...azureVendor,
  wire: 'azure-openai',
  hasDeployments: true,
  serves: (target) =>
    target.path === '/openai/v1/chat/completions' ||
    target.path === '/models/chat/completions' ||
    deploymentOf(target, 'chat/completions') !== undefined,
  modelIn: (target) => deploymentOf(target, 'chat/completions'),
  decode: (body, target) => {
    const model = deploymentOf(target, 'chat/completions');
    return decodeOpenAIChat(new BodyReader(model === undefined ? body : { ...body, model }, openAIDialect));
  },
  encodeBody: (answer, context) => {
    const event = encodeBody(answer, context);
    return isFiltered(answer) && answer.text === '' ? withoutFilteredMessage(event) : event;
  },
  encodeStream: chatStreamEncoder(flavour),
};

/** Responses as Azure speaks them. */
export const azureResponsesWire: SimulatedWireCodec = {
  ...openAIResponsesWire,
  ...azureVendor,
  wire: 'azure-openai',
  hasDeployments: true,
  serves: ({ path }) => path === '/openai/v1/responses' || path === '/openai/responses',
};
