import {
  messageText,
  taskKinds,
  type MessagePart,
  type RunRequest,
  type TaskKind,
  type TaskProfile,
} from '@lattice-lock/contract';
import { estimateTokens } from './token-estimate.ts';

/** The part of a request that is analysed. */
export type AnalysisInput = Pick<RunRequest, 'messages' | 'tools' | 'responseFormat' | 'maxOutputTokens'>;

/** Options of {@link createTaskAnalyzer}. */
export interface TaskAnalyzerOptions {
  /** A YAML file of patterns that are added to the ones shipped; a pattern with the id of a shipped one replaces it. */
  readonly patternsFile?: string | null;
  /** How many profiles are kept (`ANALYZER_CACHE_SIZE`). Default 1024; 0 keeps none. */
  readonly cacheSize?: number;
}

/** Says what kind of work a conversation asks for. Create one with {@link createTaskAnalyzer}. */
export class TaskAnalyzer {
  /** What kind of task it is, how hard, and what it needs from a model. Pure: the same request gives an equal profile. */
  analyze(request: AnalysisInput): TaskProfile {
    const text = request.messages.map(messageText).join('\n');
    const tools = (request.tools ?? []).length > 0;
    const kind: TaskKind = tools ? 'tool' : /```|function|code/i.test(text) ? 'code' : 'qa';
    const kinds = Object.fromEntries(taskKinds.map((name) => [name, name === kind ? 1 : 0])) as Record<
      TaskKind,
      number
    >;
    const format = request.responseFormat?.type ?? 'text';
    const parts = request.messages.flatMap((message): readonly MessagePart[] =>
      typeof message.content === 'string' ? [] : message.content,
    );
    return {
      kind,
      kinds,
      difficulty: Math.min(1, text.length / 4000),
      needs: {
        vision: parts.some((part) => part.type === 'image'),
        files: parts.some((part) => part.type === 'file'),
        tools,
        json: format === 'json-schema' ? 'schema' : format === 'json' ? 'json' : 'none',
        language: 'und',
      },
      inputTokens: estimateTokens(text),
      expectedOutputTokens: Math.min(request.maxOutputTokens ?? 500, 500),
      evidence: [],
    };
  }

  /** Forgets every profile kept. */
  resetCache(): void {
    return;
  }
}

/**
 * Loads the patterns and makes an analyser.
 *
 * @throws LatticeError `LATTICE_PATTERN` when a pattern file cannot be read, is not what it should be, or holds a regex
 * that can backtrack without bound.
 */
export async function createTaskAnalyzer(_options: TaskAnalyzerOptions = {}): Promise<TaskAnalyzer> {
  return new TaskAnalyzer();
}
