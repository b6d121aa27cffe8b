import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileSource, imageSource } from './media-source.ts';
import { RequestProblem } from './request-problem.ts';

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const url = (type: string, bytes: Uint8Array) => `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

describe('imageSource', () => {
  it('keeps the base64 text of any bytes as it came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const data = Buffer.concat([png, bytes]).toString('base64');
        expect(imageSource(`data:image/png;base64,${data}`, 'p')).toEqual({
          type: 'base64',
          mediaType: 'image/png',
          data,
        });
      }),
    );
  });

  it('takes a large image without trouble', () => {
    const data = Buffer.alloc(9_000_000, 7).toString('base64');
    expect(imageSource(`data:image/png;base64,${data}`, 'p')).toMatchObject({ data });
  });

  it('passes http(s) URLs on', () => {
    expect(imageSource('https://example.org/a.png', 'p')).toEqual({ type: 'url', url: 'https://example.org/a.png' });
  });

  it('calls image/jpg by its name', () => {
    expect(imageSource(url('image/jpg', jpeg), 'p')).toMatchObject({ mediaType: 'image/jpeg' });
  });

  it.each([
    ['another format than declared', url('image/png', jpeg)],
    ['a document', url('application/pdf', Buffer.from('%PDF-1.7'))],
    ['no base64', 'data:image/png;base64,@@@@'],
    ['a character too many', 'data:image/png;base64,AAAAA'],
    ['padding inside', 'data:image/png;base64,AA==AA=='],
    ['nothing', 'data:image/png;base64,'],
    ['no base64 marker', 'data:image/png,AAAA'],
    ['no comma', 'data:image/png;base64'],
    ['a file', 'file:///etc/passwd'],
    ['no URL', 'http://'],
    ['script', 'javascript:alert(1)'],
  ])('refuses %s', (_what, value) => {
    expect(() => imageSource(value, 'messages[0].content[0].image_url.url')).toThrow(RequestProblem);
    expect(() => imageSource(value, 'messages[0].content[0].image_url.url')).toThrow(/messages\[0\]/);
  });
});

describe('fileSource', () => {
  it('takes a data URL only', () => {
    const data = Buffer.from('%PDF-1.7').toString('base64');
    expect(fileSource(`data:application/pdf;base64,${data}`, 'p')).toEqual({
      type: 'base64',
      mediaType: 'application/pdf',
      data,
    });
    expect(() => fileSource('https://example.org/a.pdf', 'p')).toThrow(RequestProblem);
  });
});
