import type { ChatResult, JsonObject } from '@lattice-lock/contract';
import { AnswerDecoder } from '@lattice-lock/provider-kit';
import { describe, expect, it } from 'vitest';
import { createChatCodec } from './chat-codec.ts';
import { encodeChatRequest, type ChatDialect } from './chat-request-encoder.ts';

const context = { provider: 'acme', model: 'asked', warnings: [], rateLimit: null, upstreamRequestId: null };

function read(dialect: Partial<ChatDialect>, body: string): ChatResult {
  const codec = createChatCodec({ maxTokensField: 'max_tokens', ...dialect });
  const decoder = new AnswerDecoder({ codec, context, headers: {}, secrets: [], nowMs: 0, emit: () => undefined });
  decoder.readWhole(body);
  return decoder.result();
}

const bodyOf = (message: object, choice: object = {}, more: object = {}) =>
  JSON.stringify({ model: 'm', choices: [{ message, finish_reason: 'stop', ...choice }], ...more });
const streamOf = (...chunks: readonly object[]) =>
  chunks.map((chunk) => `data: ${JSON.stringify({ model: 'm', ...chunk })}\n\n`).join('') + 'data: [DONE]\n\n';

const tokens = [
  { token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [{ token: 'a', logprob: -0.5 }] },
  { token: 'b', logprob: -1, top_logprobs: [] },
];
const expected = [
  { token: 'a', logprob: -0.5, top: [{ token: 'a', logprob: -0.5 }] },
  { token: 'b', logprob: -1, top: [] },
];

describe('probabilities', () => {
  it('are asked for, and given in order whether buffered or streamed', () => {
    const request = { model: 'm', messages: [], topLogprobs: 0 };
    const { body } = encodeChatRequest(
      request,
      { provider: 'acme', stream: false },
      {
        maxTokensField: 'max_tokens',
      },
    );
    expect(body).toMatchObject({ logprobs: true, top_logprobs: 0 });
    const buffered = read({}, bodyOf({ content: 'ab' }, { logprobs: { content: tokens, refusal: null } }));
    const streamed = read(
      {},
      streamOf(
        { choices: [{ delta: { content: 'a' }, logprobs: { content: [tokens[0]] } }] },
        { choices: [{ delta: { content: 'b' }, logprobs: { content: [tokens[1]] } }] },
        { choices: [{ delta: {}, logprobs: null, finish_reason: 'stop' }] },
      ),
    );
    expect(buffered.logprobs).toEqual(expected);
    expect(streamed).toEqual(buffered);
  });

  it.each([[null], [{}], [{ content: null }], [{ content: [{ token: 1 }, 'x'] }]])('are unknown in %j', (logprobs) => {
    expect(read({}, bodyOf({ content: 'ab' }, { logprobs })).logprobs).toBeNull();
  });
});

describe('what a vendor says beside the common words', () => {
  it('is the citations of the text', () => {
    const annotations = [{ type: 'url_citation', url_citation: { url: 'https://x.example' } }];
    expect(read({}, bodyOf({ content: 'a', annotations })).providerMetadata).toEqual({ annotations });
    const streamed = streamOf({ choices: [{ delta: { content: 'a', annotations }, finish_reason: 'stop' }] });
    expect(read({}, streamed).providerMetadata).toEqual({ annotations });
    expect(read({}, bodyOf({ content: 'a', annotations: [] })).providerMetadata).toBeNull();
  });

  it('is collected for each answer anew by the dialect', () => {
    const createMetadata = () => {
      const found: JsonObject[] = [];
      return {
        add: (data: Readonly<Record<string, unknown>>) => {
          if (data['extra'] !== undefined) found.push(data['extra'] as JsonObject);
        },
        collected: () => (found.length === 0 ? null : { extra: found }),
      };
    };
    const chunk = { choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] };
    expect(read({ createMetadata }, streamOf({ extra: 1 }, { ...chunk, extra: 2 })).providerMetadata).toEqual({
      extra: [1, 2],
    });
    expect(read({ createMetadata }, bodyOf({ content: 'a' }, {}, { extra: 3 })).providerMetadata).toEqual({
      extra: [3],
    });
    expect(read({ createMetadata }, bodyOf({ content: 'a' })).providerMetadata).toBeNull();
  });
});

describe('cache breakpoints', () => {
  const request = {
    model: 'gpt-5.6',
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'long', cacheControl: { ttl: '1h' } }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b', cacheControl: { ttl: '5m' } },
        ],
      },
    ],
  } as const;

  it('mark the parts they are set on, for models that take them', () => {
    const { body, warnings } = encodeChatRequest(
      request,
      { provider: 'acme', stream: false },
      { maxTokensField: 'max_tokens', takesCacheBreakpoints: (model) => model === 'gpt-5.6' },
    );
    expect(body['messages']).toEqual([
      {
        role: 'system',
        content: [{ type: 'text', text: 'long', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b', prompt_cache_breakpoint: { mode: 'explicit' } },
        ],
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it('are left out with a warning elsewhere', () => {
    const { body, warnings } = encodeChatRequest(
      request,
      { provider: 'acme', stream: false },
      { maxTokensField: 'max_tokens' },
    );
    expect(JSON.stringify(body)).not.toContain('breakpoint');
    expect(warnings).toEqual(['acme has no cacheControl on message parts; it was left out.']);
  });
});
