import type { JsonObject } from '@lattice-lock/contract';
import type { Answer, AnswerStream, Lattice, RunEvent, RunRequest, RunTool } from 'lattice-lock';
import { describe, expectTypeOf, it } from 'vitest';

describe('the facade', () => {
  it('answers the same, whole or as it comes', () => {
    expectTypeOf<ReturnType<Lattice['chat']>>().resolves.toEqualTypeOf<Answer>();
    expectTypeOf<ReturnType<Lattice['stream']>>().toEqualTypeOf<AnswerStream>();
    expectTypeOf<AnswerStream>().toExtend<AsyncIterable<RunEvent>>();
    expectTypeOf<AnswerStream['answer']>().resolves.toEqualTypeOf<Answer>();
  });

  it('needs messages and nothing else', () => {
    expectTypeOf<{ messages: [{ role: 'user'; content: string }] }>().toExtend<RunRequest>();
    expectTypeOf<{ model: string }>().not.toExtend<RunRequest>();
    expectTypeOf<{ messages: [{ role: 'nobody'; content: string }] }>().not.toExtend<RunRequest>();
  });

  it('runs tools, synchronous or not, and leaves those without code to the caller', () => {
    expectTypeOf<{ name: string; parameters: { type: 'object' } }>().toExtend<RunTool>();
    expectTypeOf<(args: JsonObject) => Promise<string>>().toExtend<NonNullable<RunTool['execute']>>();
    expectTypeOf<(args: string) => string>().not.toExtend<NonNullable<RunTool['execute']>>();
  });
});
