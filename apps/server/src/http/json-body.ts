import { isUtf8 } from 'node:buffer';
import { RequestProblem } from '../openai/request-problem.ts';
import { findJsonFault, isNestedDeeper } from './json-scan.ts';

/** Brackets in brackets: no request that makes sense needs more, and code that recurses stays far from its stack's end. */
const maxJsonDepth = 100;

/** With the `u` flag a whole pair is one character of another category, so that only halves match. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Reads a body as JSON (RFC 8259, UTF-8). Of a key that comes twice the last one counts, for validation and execution
 * alike. Keys that could reach a prototype are refused, and so are halves of surrogate pairs, which no encoder can
 * send on.
 *
 * @throws RequestProblem 400; for broken JSON it names line and column
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw badBody('The body is empty; send a JSON object.', 'empty_body');
  if (!isUtf8(bytes)) throw badBody('The body is not UTF-8, which JSON has to be (RFC 8259, section 8.1).');
  const text = bytes.toString('utf8');
  if (isNestedDeeper(text, maxJsonDepth)) {
    throw badBody(`The body is nested deeper than ${maxJsonDepth} levels.`, 'json_too_deep');
  }
  const value = parse(text);
  // A cheap search decides whether a walk is needed at all: both can only be written by these letters or escapes.
  if (mayHoldPrototypeKey(text)) refusePrototypeKeys(value, '');
  if (text.includes('\\ud') || text.includes('\\uD')) refuseLoneSurrogates(value, '');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const fault = findJsonFault(text);
    if (fault === null) throw badBody('The body is not valid JSON.');
    const { position, line, column } = fault;
    const found =
      position >= text.length
        ? 'it ends too early'
        : `unexpected ${JSON.stringify(text.slice(position, position + 1))}`;
    throw badBody(`The body is not valid JSON: ${found} at line ${line}, column ${column} (position ${position}).`);
  }
}

function mayHoldPrototypeKey(text: string): boolean {
  return text.includes('__proto__') || text.includes('prototype') || text.includes('\\u00');
}

function refusePrototypeKeys(value: unknown, path: string): void {
  forEachChild(value, path, (key, child, childPath) => {
    const isPrototype =
      key === '__proto__' || (key === 'constructor' && isObject(child) && Object.hasOwn(child, 'prototype'));
    if (isPrototype) throw badBody(`The key ${childPath} is not allowed.`, 'forbidden_key');
    refusePrototypeKeys(child, childPath);
  });
}

function refuseLoneSurrogates(value: unknown, path: string): void {
  if (typeof value === 'string' && loneSurrogate.test(value)) {
    throw badBody(
      `${path === '' ? 'The body' : path} holds half of a surrogate pair (\\ud800 to \\udfff alone), which is not a character.`,
    );
  }
  forEachChild(value, path, (key, child, childPath) => {
    if (loneSurrogate.test(key))
      throw badBody(`A key in ${path === '' ? 'the body' : path} holds half of a surrogate pair.`);
    refuseLoneSurrogates(child, childPath);
  });
}

function forEachChild(
  value: unknown,
  path: string,
  visit: (key: string, child: unknown, childPath: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const [index, child] of value.entries()) visit('', child, `${path}[${index}]`);
  } else if (isObject(value)) {
    for (const [key, child] of Object.entries(value)) visit(key, child, path === '' ? key : `${path}.${key}`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function badBody(message: string, apiCode = 'invalid_json'): RequestProblem {
  return new RequestProblem('LATTICE_INVALID_REQUEST', message, { httpStatus: 400, apiCode });
}
