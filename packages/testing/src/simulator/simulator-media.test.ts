import { createHash } from 'node:crypto';
import type { JsonObject } from '@lattice-lock/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator, type SimulatorWire } from './index.ts';
import { wireSamples } from './__fixtures__/wire-samples.ts';

const image = Buffer.from('iVBORw0KGgo=', 'base64');
const pdf = Buffer.from('%PDF-1.7 \u{1f30a}');
const [imageData, pdfData] = [image.toString('base64'), pdf.toString('base64')];
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const dataUrl = (mediaType: string, data: string) => `data:${mediaType};base64,${data}`;

const chat: JsonObject = {
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look.' },
        { type: 'image_url', image_url: { url: dataUrl('image/png', imageData) } },
        { type: 'file', file: { filename: 'a.pdf', file_data: dataUrl('application/pdf', pdfData) } },
      ],
    },
  ],
};

/** One image and one document each, as each vendor wants them. */
const fields: Readonly<Record<Exclude<SimulatorWire, 'ollama-chat'>, JsonObject>> = {
  'openai-chat': chat,
  'xai-chat': chat,
  'azure-openai': chat,
  'openai-responses': {
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: dataUrl('image/png', imageData) },
          { type: 'input_file', filename: 'a.pdf', file_data: dataUrl('application/pdf', pdfData) },
        ],
      },
    ],
  },
  'anthropic-messages': {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: imageData } },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdfData } },
        ],
      },
    ],
  },
  gemini: {
    contents: [
      {
        parts: [
          { inlineData: { mimeType: 'image/png', data: imageData } },
          { inlineData: { mimeType: 'application/pdf', data: pdfData } },
        ],
      },
    ],
  },
  'bedrock-converse': {
    messages: [
      {
        role: 'user',
        content: [
          { image: { format: 'png', source: { bytes: imageData } } },
          { document: { format: 'pdf', name: 'a', source: { bytes: pdfData } } },
        ],
      },
    ],
  },
  'dial-chat': {
    messages: [
      {
        role: 'user',
        content: 'Look.',
        custom_content: {
          attachments: [
            { type: 'image/png', data: imageData },
            { type: 'application/pdf', data: pdfData },
          ],
        },
      },
    ],
  },
};
const wires = Object.keys(fields) as (keyof typeof fields)[];

describe('what a vendor received', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  it.each(wires)('%s: images and documents are told by their SHA-256, and counted', async (wire) => {
    const sample = wireSamples[wire];
    const response = await fetch(`${simulator.url}${sample.path(false)}`, {
      method: 'POST',
      body: JSON.stringify({ ...sample.body(false), ...fields[wire] }),
    });
    expect(response.status, await response.text()).toBe(200);
    const record = simulator.served().at(-1);
    expect(record?.images).toEqual([{ mediaType: 'image/png', sha256: sha256(image), bytes: image.length }]);
    expect(record?.files).toEqual([{ mediaType: 'application/pdf', sha256: sha256(pdf), bytes: pdf.length }]);
    expect(record?.usage.inputTokens).toBeGreaterThan(2 * 256);
  });
});
