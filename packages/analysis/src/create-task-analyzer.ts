import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LearnedTask } from './learned-task.ts';
import { mergePatternDocuments } from './pattern-definition.ts';
import { readPatternFile } from './pattern-file.ts';
import { assertSafePatterns } from './pattern-safety.ts';
import { PatternSet } from './pattern-set.ts';
import { readTaskModel, type TaskModel } from './task-model.ts';
import { TaskAnalyzer } from './task-analyzer.ts';

/** Options of {@link createTaskAnalyzer}. */
export interface TaskAnalyzerOptions {
  /** A YAML file of patterns that are added to the shipped ones; a pattern with the id of a shipped one replaces it. */
  readonly patternsFile?: string | null;
  /** How many profiles are kept (`ANALYZER_CACHE_SIZE`). Default 1024; 0 keeps none. */
  readonly cacheSize?: number;
  /** The `task` part of a router artefact, made by `lattice train`; in place of the shipped model. */
  readonly model?: TaskModel;
}

/** The patterns that come with the package. They are proven safe by a test and not checked again at start. */
export const shippedPatternsFile = fileURLToPath(new URL('../data/patterns.yaml', import.meta.url));

/** The learned weights that come with the package, made by `tools/train-task-model.mjs`. */
const shippedModelFile = fileURLToPath(new URL('../data/task-model.json', import.meta.url));

/** Default of `ANALYZER_CACHE_SIZE`. */
const defaultCacheSize = 1024;

/**
 * Loads the patterns and makes an analyser.
 *
 * @throws LatticeError `LATTICE_PATTERN` when a pattern file cannot be read, is not what it should be, or holds a regex
 * that can backtrack without bound; with file, place and pattern.
 */
export async function createTaskAnalyzer(options: TaskAnalyzerOptions = {}): Promise<TaskAnalyzer> {
  let document = await readPatternFile(shippedPatternsFile);
  const { patternsFile } = options;
  if (patternsFile !== undefined && patternsFile !== null) {
    const own = await readPatternFile(patternsFile);
    await assertSafePatterns(own, patternsFile);
    document = mergePatternDocuments(document, own);
  }
  const model = readTaskModel(options.model ?? JSON.parse(await readFile(shippedModelFile, 'utf8')));
  return new TaskAnalyzer(new PatternSet(document), new LearnedTask(model), options.cacheSize ?? defaultCacheSize);
}
