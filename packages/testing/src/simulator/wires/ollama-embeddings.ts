import { createUsage } from '@lattice-lock/contract';
import { BodyReader } from './body-reader.ts';
import { ollamaDialect } from './decode-ollama-chat.ts';
import { ollamaChatWire } from './ollama-chat-wire.ts';
import type { SimulatedEmbeddings } from './simulated-embeddings.ts';

const nsPerToken = 900_000;

/** `POST /api/embed` as Ollama speaks it. */
export const ollamaEmbeddings: SimulatedEmbeddings = {
  wire: 'ollama-chat',
  vendor: ollamaChatWire,
  serves: ({ path }) => path === '/api/embed',
  decode: (whole) => {
    const body = new BodyReader(whole, ollamaDialect);
    return {
      model: body.string('model'),
      texts: body.strings('input'),
      dimensions: body.optionalInteger('dimensions', 1),
    };
  },
  encode: (embeddings, { answeringModel, tokens }) => {
    const total = tokens.reduce((sum, count) => sum + count, 0);
    const durations = { total_duration: total * nsPerToken, load_duration: nsPerToken };
    return {
      body: { model: answeringModel, embeddings, ...durations, prompt_eval_count: total },
      reported: createUsage({ inputTokens: total, totalTokens: total }),
    };
  },
};
