import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { LatticeError, messageText, type ChatRequest } from '@lattice-lock/contract';
import type { ServedRequest } from '../../simulator/served-request.ts';
import { createSeededRandom } from '../../simulator/seeded-random.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertWholeStream, eventsOf, readAll } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

const history: Check = {
  id: 'history',
  title: 'the whole conversation arrives, in order',
  async run(subject) {
    const messages: ChatRequest['messages'] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is salt?' },
      { role: 'assistant', content: [{ type: 'text', text: 'Sodium chloride.' }] },
      { role: 'user', content: [{ type: 'text', text: 'And sea salt?' }] },
    ];
    await subject.chat({ answer: { text: 'The same.' } }, { messages });
    const record = await subject.onlyServed();
    const said = (list: ChatRequest['messages']) => list.map((message) => [message.role, messageText(message)]);
    assert.deepEqual(said(record.chat?.messages ?? []), said(messages));
  },
};

const options = {
  temperature: 0.3,
  topP: 0.8,
  stop: ['###'],
  seed: 7,
  presencePenalty: 0.5,
  frequencyPenalty: 0.25,
  user: 'user-1',
} satisfies Partial<ChatRequest>;

/** How a warning names each option. */
const names: Readonly<Record<keyof typeof options, RegExp>> = {
  temperature: /temperature/i,
  topP: /top_?p/i,
  stop: /stop/i,
  seed: /seed/i,
  presencePenalty: /presence/i,
  frequencyPenalty: /frequency/i,
  user: /user/i,
};

const requestOptions: Check = {
  id: 'options',
  title: 'every option arrives as it was given, or a warning says that it did not',
  async run(subject) {
    const result = await subject.chat({ answer: { text: 'Yes.' } }, { ...options, maxOutputTokens: 4321 });
    const { chat } = await subject.onlyServed();
    assert.equal(chat?.maxOutputTokens, 4321, 'the token limit arrives');
    for (const name of Object.keys(options) as (keyof typeof options)[]) {
      if (result.warnings.some((warning) => names[name].test(warning))) continue;
      assert.deepEqual(chat?.[name], options[name], `\`${name}\` arrives or is warned of`);
    }
  },
};

/** Bytes that begin as a PNG file does and hold every value. */
function imageBytes(): Buffer {
  const random = createSeededRandom(42);
  const noise = Buffer.from(Array.from({ length: 3001 }, () => Math.floor(random() * 256)));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), noise]);
}

const images: Check = {
  id: 'images',
  title: 'the bytes of an image arrive unchanged',
  async run(subject) {
    const bytes = imageBytes();
    const source = { type: 'base64' as const, mediaType: 'image/png', data: bytes.toString('base64') };
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image' as const, source },
    ];
    const request = { messages: [{ role: 'user' as const, content }] };
    if (!subject.capabilities.images)
      return assertNotSilent(subject, request, /image/i, ({ images: sent }) => sent.length > 0);
    await subject.chat({ answer: { text: 'Noise.' } }, request);
    assertWholeStream(await subject.stream({ answer: { text: 'Noise.' } }, request));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (const record of await subject.served(2)) {
      assert.deepEqual(record.images, [{ mediaType: 'image/png', sha256, bytes: bytes.length }]);
    }
  },
};

/**
 * Checks that what a provider does not promise is never dropped in silence: it is refused, or warned of, or sent all
 * the same, as to servers of which nobody knows what they can do.
 */
async function assertNotSilent(
  subject: ProviderSubject,
  more: Partial<ChatRequest>,
  name: RegExp,
  arrived: (record: ServedRequest) => boolean,
): Promise<void> {
  subject.simulator.enqueue({ answer: { text: 'Yes.' } });
  const [outcome] = await Promise.allSettled([subject.provider.chat(subject.request(more))]);
  if (outcome.status === 'rejected') {
    assert.ok(LatticeError.isInstance(outcome.reason), `a LatticeError is thrown, not ${String(outcome.reason)}`);
    assert.equal(outcome.reason.code, 'LATTICE_UNSUPPORTED', outcome.reason.message);
    return;
  }
  const isWarned = outcome.value.warnings.some((warning) => name.test(warning));
  assert.ok(isWarned || arrived(await subject.onlyServed()), `${name} is refused, warned of, or sent; not dropped`);
}

const files: Check = {
  id: 'files',
  title: 'the bytes of a file arrive unchanged, or the file is refused or warned of',
  async run(subject) {
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), imageBytes(), Buffer.from('\n%%EOF\n')]);
    const source = { type: 'base64' as const, mediaType: 'application/pdf', data: bytes.toString('base64') };
    const content = [
      { type: 'text' as const, text: 'What does it say?' },
      { type: 'file' as const, source, filename: 'chart.pdf' },
    ];
    const request = { messages: [{ role: 'user' as const, content }] };
    if (!subject.capabilities.files) {
      return assertNotSilent(subject, request, /file|document|pdf/i, ({ files: sent }) => sent.length > 0);
    }
    await subject.chat({ answer: { text: 'Nothing.' } }, request);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const record = await subject.onlyServed();
    assert.deepEqual(record.files, [{ mediaType: 'application/pdf', sha256, bytes: bytes.length }]);
  },
};

/** Vendors name the field differently; each has a count of alternatives. */
const asksForLogprobs = ({ body }: ServedRequest) => /"(?:top_?)?logprobs":2\b/i.test(JSON.stringify(body));

const logprobs: Check = {
  id: 'logprobs',
  title: 'the wish for probabilities arrives and they are told, or it is refused or warned of',
  async run(subject) {
    const wish = { topLogprobs: 2 };
    if (!subject.capabilities.logprobs) return assertNotSilent(subject, wish, /log_?prob/i, asksForLogprobs);
    const answer = { text: 'Salt and foam.' };
    const buffered = await subject.chat({ answer }, wish);
    const record = await subject.onlyServed();
    if (buffered.warnings.some((warning) => /log_?prob/i.test(warning))) return;
    assert.ok(asksForLogprobs(record), 'the wish arrives');
    // A host that names the field in its own way is not understood by the simulator of its wire.
    if (record.chat?.topLogprobs !== 2) return;
    const streamed = eventsOf(await subject.stream({ answer }, wish), 'logprobs').flatMap(({ tokens }) => tokens);
    for (const tokens of [buffered.logprobs ?? [], streamed]) {
      assert.equal(tokens.map(({ token }) => token).join(''), answer.text, 'the tokens are those of the text');
      for (const { logprob, top } of tokens) {
        assert.ok(logprob <= 0, 'the logarithm of a probability is at most 0');
        assert.ok(top.length > 0 && top.length <= 2, 'as many alternatives are told as were asked for');
      }
    }
    assert.deepEqual(streamed, buffered.logprobs, 'a stream tells the same');
  },
};

const ownWords: Check = {
  id: 'own-words',
  title: 'a vendor sees its own raw options, and never those or the state of others',
  async run(subject) {
    const { id } = subject.provider;
    const messages: ChatRequest['messages'] = [
      { role: 'user', content: 'What is salt?' },
      {
        role: 'assistant',
        content: 'A crystal.',
        providerMetadata: { 'another-vendor': { state: 'state-of-another' } },
      },
      { role: 'user', content: 'And foam?' },
    ];
    const providerOptions = {
      [id]: { conformance_option: 'option-of-its-own' },
      'another-vendor': { conformance_option: 'option-of-another' },
    };
    // A strict vendor may refuse an option it does not know: that it arrived is what counts.
    await Promise.allSettled([subject.chat({ answer: { text: 'Air.' } }, { messages, providerOptions })]);
    const body = JSON.stringify((await subject.onlyServed()).body);
    assert.ok(body.includes('option-of-its-own'), 'its own options arrive');
    assert.ok(!body.includes('of-another'), 'nothing that is for another vendor is sent');
  },
};

const untouched: Check = {
  id: 'request-untouched',
  title: 'the request of the caller is not changed',
  async run(subject) {
    const request = subject.request({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'What is salt?' }] },
      ],
      stop: ['###'],
      reasoning: { effort: 'low' },
      providerOptions: {},
    });
    const copy = structuredClone(request);
    freeze(request);
    await subject.provider.chat(request);
    await readAll(subject.provider.stream(request));
    assert.deepEqual(request, copy);
  },
};

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

/** What of a request reaches the vendor. */
export const requestChecks: readonly Check[] = [history, requestOptions, images, files, logprobs, ownWords, untouched];
