import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';

/** A fenced block of a document. */
export interface Fence {
  readonly file: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The Markdown files that git knows. */
export function listDocuments(workspace: string): readonly string[] {
  return runCommand('git', ['ls-files', '*.md'], { cwd: workspace }).stdout.split('\n').filter(Boolean);
}

/** The fenced blocks of the documents in any of the languages, in their order. */
export function readFences(workspace: string, languages: readonly string[]): readonly Fence[] {
  return listDocuments(workspace).flatMap((file) =>
    fencesOf(file, readFileSync(join(workspace, file), 'utf8')).filter(({ language }) => languages.includes(language)),
  );
}

/** The fenced blocks of one document. */
export function fencesOf(file: string, text: string): readonly Fence[] {
  return [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = '', 2: code = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length + 1,
    language,
    code,
  }));
}
