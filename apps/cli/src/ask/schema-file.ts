import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonSchema, ResponseFormat } from '@lattice-lock/contract';
import { escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';

/** What a schema is named to the vendor: letters, digits, `_` and `-`, at most 64 characters. */
function schemaName(schema: JsonSchema, file: string): string {
  const title = typeof schema['title'] === 'string' ? schema['title'] : path.parse(file).name;
  const name = title.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 64);
  return /[A-Za-z0-9]/.test(name) ? name : 'answer';
}

/** The form of answer that a JSON Schema file asks for. @throws UsageError when it cannot be read or is no schema object */
export async function readSchemaFile(file: string, cwd: string): Promise<ResponseFormat> {
  const shown = escapeLine(file);
  let schema: unknown;
  try {
    schema = JSON.parse(await readFile(path.resolve(cwd, file), 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? 'it is not valid JSON' : `it cannot be read (${code})`;
    throw new UsageError(`--schema ${shown}: ${reason}. Give a file that holds a JSON Schema.`);
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new UsageError(`--schema ${shown}: a JSON Schema is an object, such as {"type":"object","properties":{…}}.`);
  }
  return { type: 'json-schema', name: schemaName(schema as JsonSchema, file), schema: schema as JsonSchema };
}
