import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import type { RecordedRequest } from './recorded-exchange.ts';

/** One place in which two requests differ. */
export interface Difference {
  /** Such as `body.messages[0].content`. */
  readonly path: string;
  readonly recorded: JsonValue | undefined;
  readonly asked: JsonValue | undefined;
}

/** What two requests are told apart by: method, path and body; the order of fields makes no difference. */
export function comparable(request: RecordedRequest, ignored: ReadonlySet<string>): JsonObject {
  const { method, path, body } = request;
  const said = { method, path, body: without(body === null ? null : 'json' in body ? body.json : body.bytes, ignored) };
  // A credential is as long as it is: its mask tells nothing about the request.
  return JSON.parse(JSON.stringify(said).replace(/(?:REDACTED)+R?E?D?A?C?T?E?D?/g, 'REDACTED')) as JsonObject;
}

function without(value: JsonValue, ignored: ReadonlySet<string>): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => without(item, ignored));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value as JsonObject).filter(
    ([name, field]) => field !== undefined && !ignored.has(name),
  );
  return Object.fromEntries(
    fields
      .sort(([one], [two]) => (one < two ? -1 : 1))
      .map(([name, field]) => [name, without(field as JsonValue, ignored)]),
  );
}

/** Every place in which two values differ, in the order of the recorded one. */
export function differences(recorded: JsonValue | undefined, asked: JsonValue | undefined, path = ''): Difference[] {
  if (recorded === asked) return [];
  if (isContainer(recorded) && isContainer(asked) && Array.isArray(recorded) === Array.isArray(asked)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(asked)])];
    return names.flatMap((name) => {
      const step = Array.isArray(recorded) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
      return differences(field(recorded, name), field(asked, name), step);
    });
  }
  return [{ path, recorded, asked }];
}

function isContainer(value: JsonValue | undefined): value is JsonObject | readonly JsonValue[] {
  return typeof value === 'object' && value !== null;
}

function field(container: JsonObject | readonly JsonValue[], name: string): JsonValue | undefined {
  return (container as JsonObject)[name];
}

/** `body.model: recorded "gpt-5", now "gpt-5-mini"`. */
export function describeDifference({ path, recorded, asked }: Difference): string {
  return `${path}: recorded ${shown(recorded)}, now ${shown(asked)}`;
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
