import type { ChatEvent, ErrorCode, JsonObject, LatticeError } from '@lattice-lock/contract';
import { describe, expectTypeOf, it } from 'vitest';

describe('the events of a stream', () => {
  it('are told apart by their type', () => {
    const read = (event: ChatEvent) => {
      if (event.type === 'text-delta') expectTypeOf(event.text).toEqualTypeOf<string>();
      if (event.type === 'error') expectTypeOf(event.error).toEqualTypeOf<LatticeError>();
      if (event.type === 'tool-call-end') expectTypeOf(event.arguments).toEqualTypeOf<JsonObject | null>();
      // @ts-expect-error only text, refusals and thinking carry text
      return event.text;
    };
    expectTypeOf(read).parameter(0).toEqualTypeOf<ChatEvent>();
  });

  it('can be handled to the last one', () => {
    const nameOf = (event: ChatEvent): string => {
      switch (event.type) {
        case 'start':
        case 'text-delta':
        case 'refusal-delta':
        case 'reasoning-delta':
        case 'tool-call-start':
        case 'tool-call-delta':
        case 'tool-call-end':
        case 'usage':
        case 'logprobs':
        case 'metadata':
        case 'finish':
        case 'error':
          return event.type;
        default:
          return expectNever(event);
      }
    };
    const expectNever = (event: never): string => String(event);
    expectTypeOf(nameOf).returns.toEqualTypeOf<string>();
  });

  it('fail with a code of one list', () => {
    expectTypeOf<LatticeError['code']>().toEqualTypeOf<ErrorCode>();
    expectTypeOf<'LATTICE_STREAM_INTERRUPTED'>().toExtend<ErrorCode>();
    expectTypeOf<'SOMETHING_ELSE'>().not.toExtend<ErrorCode>();
  });
});
