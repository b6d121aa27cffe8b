import assert from 'node:assert/strict';
import type { Message } from '@lattice-lock/contract';
import type { SimulatedAnswer } from '../../simulator/simulator-reply.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';

type Check = ConformanceCheck<ProviderSubject>;

const thought = 'The user wants the weather; I need a tool for that.';
const effort = { reasoning: { effort: 'low' as const } };
const tools = [{ name: 'get_weather', parameters: { type: 'object', properties: {} } }];

const reasoning: Check = {
  id: 'reasoning',
  title: 'reasoning is asked for, counted, and shown where the wire shows it',
  async run(subject) {
    const result = await subject.chat({ answer: { reasoning: { text: thought }, text: 'Rain.' } }, effort);
    const record = await subject.onlyServed();
    const isWarned = result.warnings.some((warning) => /reason|think|effort/i.test(warning));
    assert.ok(record.chat?.reasoning !== undefined || isWarned, 'the wish arrives or is warned of');
    assert.equal(result.usage.reasoningTokens, record.usageReported.reasoningTokens, 'reasoning tokens are counted');
    assert.equal(result.text, 'Rain.', 'reasoning is no part of the text');
    assert.equal(result.reasoning, subject.showsReasoning ? thought : '');
  },
};

/** Sends an answer with reasoning and a tool call back, as a tool loop does; gives what the vendor then received. */
async function sendBack(subject: ProviderSubject, answer: SimulatedAnswer): Promise<string> {
  const turn = await subject.chat({ answer }, { ...effort, tools });
  const call = turn.toolCalls[0];
  assert.ok(call, 'the tool call arrives beside the reasoning');
  const messages: readonly Message[] = [
    { role: 'user', content: 'How is the weather?' },
    { role: 'assistant', content: turn.content },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: call.id, toolName: call.name, content: 'Rain' }] },
  ];
  await subject.chat({ answer: { text: 'Rain.' } }, { ...effort, tools, messages });
  const record = (await subject.served(2))[1];
  assert.ok(record?.chat, 'the vendor takes its own reasoning back');
  return JSON.stringify(record.body);
}

const unsigned = ({ traits }: ProviderSubject) =>
  traits.signsReasoning ? undefined : 'this wire has no proofs of reasoning';

const signature: Check = {
  id: 'reasoning-signature',
  title: 'reasoning goes back to its vendor with the signature unchanged',
  notApplicable: unsigned,
  async run(subject) {
    const seal = Buffer.from('a seal with / and + in it ~~~???').toString('base64');
    const toolCalls = [{ name: 'get_weather', arguments: {} }];
    const body = await sendBack(subject, { reasoning: { text: thought, signature: seal }, toolCalls });
    assert.ok(body.includes(JSON.stringify(seal)), 'the signature goes back unchanged');
  },
};

const redacted: Check = {
  id: 'reasoning-redacted',
  title: 'sealed reasoning goes back to its vendor unchanged',
  notApplicable: (subject) =>
    subject.wire === 'gemini' ? 'this wire seals no reasoning, it only signs it' : unsigned(subject),
  async run(subject) {
    const toolCalls = [{ name: 'get_weather', arguments: {} }];
    const body = await sendBack(subject, { reasoning: { text: '', redactedData: 'c2VhbGVk+/==' }, toolCalls });
    assert.ok(body.includes('"c2VhbGVk+/=="'), 'the sealed data goes back unchanged');
  },
};

/** Reasoning, its count and its proofs. */
export const reasoningChecks: readonly Check[] = [reasoning, signature, redacted];
