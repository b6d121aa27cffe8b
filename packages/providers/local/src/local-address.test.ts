import { describe, expect, it } from 'vitest';
import { apiOfPath, baseUrlOf, parseLocalAddress } from './local-address.ts';

describe('an address', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:11434', 'http://127.0.0.1:11434/v1'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1'],
    ['0.0.0.0', 'http://127.0.0.1:11434', 'http://127.0.0.1:11434/v1'],
    ['0.0.0.0:80', 'http://127.0.0.1', 'http://127.0.0.1/v1'],
    ['[::]:9000', 'http://[::1]:9000', 'http://[::1]:9000/v1'],
    ['http://box', 'http://box', 'http://box/v1'],
    [' https://box/llm/ ', 'https://box/llm', 'https://box/llm'],
    ['http://box:8000/v1/', 'http://box:8000', 'http://box:8000/v1'],
    ['http://box/api', 'http://box', 'http://box/api'],
  ])('%s is read as Ollama and as OpenAI', (text, ollama, openai) => {
    const address = parseLocalAddress(text);
    expect(baseUrlOf(address, 'ollama')).toBe(ollama);
    expect(baseUrlOf(address, 'openai')).toBe(openai);
  });

  it.each([
    ['http://box:8000/v1/', 'openai'],
    ['http://box/engines/v1', 'openai'],
    ['http://box/api/', 'ollama'],
    ['http://box', null],
    ['http://box/v1/x', null],
  ])('%s names %s', (text, api) => expect(apiOfPath(parseLocalAddress(text))).toBe(api));

  it.each(['', 'ftp://box', 'http://', 'unix:///tmp/x', 'http://user:secret@bad host'])('%j is refused', (text) => {
    expect(() => parseLocalAddress(text)).toThrowError(
      expect.objectContaining({ code: 'LATTICE_CONFIG', message: expect.not.stringContaining('secret') as string }),
    );
  });
});
