import type { ChatRequest, JsonObject } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { encodeDialRequest } from './encode-dial-request.ts';

const encode = (request: Partial<ChatRequest>) => {
  const asked = { model: 'gpt-4o', messages: [], ...request };
  const dialect = { apiVersion: 'v', streamUsage: true };
  const encoded = encodeDialRequest(asked, { provider: 'dial', stream: false }, dialect);
  return { ...encoded, body: JSON.parse(JSON.stringify(encoded.body)) as JsonObject };
};
const messagesOf = (messages: ChatRequest['messages']) => encode({ messages }).body['messages'];

describe('a request', () => {
  it.each([
    ['gpt-4o', 'max_tokens'],
    ['anthropic.claude-v3:1', 'max_tokens'],
    ['gpt-5-mini', 'max_completion_tokens'],
    ['azure/o3-mini', 'max_completion_tokens'],
    ['o1', 'max_completion_tokens'],
    ['yolo3', 'max_tokens'],
    ['gpt-35-turbo', 'max_tokens'],
    ['gpt-4.1', 'max_tokens'],
    ['gpt-5.1-chat', 'max_completion_tokens'],
  ])('limits %s by %s', (model, field) => {
    expect(encode({ model, maxOutputTokens: 5 }).body[field]).toBe(5);
  });

  it.each([
    ['gpt-4o', '/openai/deployments/gpt-4o/chat/completions?api-version=v'],
    ['a b?c#d', '/openai/deployments/a%20b%3Fc%23d/chat/completions?api-version=v'],
    ['applications/b/My%20App__1.0', '/openai/deployments/applications/b/My%20App__1.0/chat/completions?api-version=v'],
    ['100% app', '/openai/deployments/100%25%20app/chat/completions?api-version=v'],
  ])('to %s goes to %s', (model, path) => expect(encode({ model }).path).toBe(path));
});

describe('a message', () => {
  it('carries files and stored images as attachments, other images as parts', () => {
    expect(
      messagesOf([
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Compare.' },
            { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' } },
            { type: 'image', source: { type: 'url', url: 'files/b/My%20photo.jpg' } },
            { type: 'file', source: { type: 'base64', mediaType: 'application/pdf', data: 'BBBB' }, filename: 'a.pdf' },
            { type: 'file', source: { type: 'url', url: 'https://x.example/d/table.xlsx?v=1' } },
            { type: 'file', source: { type: 'url', url: 'data:text/csv;charset=utf-8;base64,Q0M=' } },
          ],
        },
      ]),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Compare.' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
        custom_content: {
          attachments: [
            { type: 'image/jpeg', title: 'My photo.jpg', url: 'files/b/My%20photo.jpg' },
            { type: 'application/pdf', title: 'a.pdf', data: 'BBBB' },
            {
              type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
              title: 'table.xlsx',
              url: 'https://x.example/d/table.xlsx?v=1',
            },
            { type: 'text/csv', data: 'Q0M=' },
          ],
        },
      },
    ]);
  });

  it('may be attachments only', () => {
    const file = { type: 'file', source: { type: 'url', url: 'files/b/data' } } as const;
    expect(messagesOf([{ role: 'user', content: [file] }])).toEqual([
      {
        role: 'user',
        content: '',
        custom_content: { attachments: [{ type: 'application/octet-stream', title: 'data', url: 'files/b/data' }] },
      },
    ]);
  });

  it('is marked for the prompt cache', () => {
    const cacheControl = { ttl: '5m' } as const;
    const { body, warnings } = encode({
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Rules', cacheControl }] },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
    });
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Rules', custom_fields: { cache_breakpoint: {} } },
      { role: 'user', content: 'Hi' },
    ]);
    expect(warnings).toEqual([]);
  });

  it('warns where a cache mark says more than DIAL can', () => {
    const cacheControl = { ttl: '1h' } as const;
    const content = [{ type: 'text', text: 'Rules', cacheControl } as const, { type: 'text', text: 'Hi' } as const];
    expect(encode({ messages: [{ role: 'user', content }] }).warnings).toHaveLength(2);
  });
});
