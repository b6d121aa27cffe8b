import { describe, expect, it } from 'vitest';
import { treat } from './commands.ts';

describe('the commands of the documents', () => {
  it.each([
    ['npx lattice route "Prove it" --explain', ['route', 'Prove it', '--explain']],
    ['git diff | lattice ask "Write" --model auto:fast', ['ask', 'Write', '--model', 'auto:fast']],
    ['lattice usage --json | jq .real', ['usage', '--json']],
    ['export OPENAI_API_KEY=$(lattice keys create --name laptop)', ['keys', 'create', '--name', 'laptop']],
  ])('runs the lattice in: %s', (text, words) => {
    expect(treat(text)).toEqual({ type: 'lattice', words });
  });

  it('runs generators without writing', () => {
    expect(treat('npx nx g @lattice-lock/workspace-plugin:package x --layer=kit')).toMatchObject({
      type: 'generator',
      words: expect.arrayContaining(['--dry-run']) as unknown,
    });
  });

  it('reads which packages an install names', () => {
    expect(treat('npm install --save-dev @lattice-lock/testing openai')).toEqual({
      type: 'install',
      packages: ['@lattice-lock/testing', 'openai'],
    });
  });

  it('leaves servers alone and is red for what it does not know', () => {
    expect(treat('npx lattice serve').type).toBe('left');
    expect(treat('OPENAI_API_KEY=sk-... npm start').type).toBe('left');
    expect(treat('make it so').type).toBe('unknown');
  });
});
