import { LatticeError } from '@lattice-lock/contract';

interface SqliteFailure {
  /** The extended result code; its low byte is the primary one (sqlite.org/rescode.html). */
  readonly errcode: number;
  readonly message: string;
}

interface Advice {
  readonly what: string;
  readonly todo: string;
  readonly retryable: boolean;
}

const advices: Readonly<Record<number, Advice>> = {
  3: {
    what: 'permission denied',
    todo: 'Give the user of this process read and write access to it.',
    retryable: false,
  },
  5: {
    what: 'it is locked by another process',
    todo: 'Try again; if it stays locked, look for a process that keeps a transaction open on it.',
    retryable: true,
  },
  6: { what: 'a table is locked', todo: 'Try again.', retryable: true },
  8: {
    what: 'it is read-only',
    todo: 'Make the file and its folder writable for the user of this process, or choose another data directory.',
    retryable: false,
  },
  10: {
    what: 'the disk reported an input/output error',
    todo: 'Check the disk and the file system.',
    retryable: false,
  },
  11: {
    what: 'the file is damaged',
    todo: 'Restore it from a backup, or move it away to start with an empty one.',
    retryable: false,
  },
  13: { what: 'the disk is full', todo: 'Free some space; nothing was written half.', retryable: true },
  14: {
    what: 'the file cannot be opened',
    todo: 'Check that its folder exists and that the user of this process may write there.',
    retryable: false,
  },
  19: { what: 'it would break a rule of the data', todo: 'Use an id that is not taken.', retryable: false },
  26: {
    what: 'the file is not a SQLite database',
    todo: 'Point the data directory elsewhere, or move the file away to start with an empty one.',
    retryable: false,
  },
};

/** What the file system reports when the folder or the file cannot be made. */
const fileAdvices: Readonly<Record<string, string>> = {
  EACCES: 'Give the user of this process write access to the folder, or choose another data directory.',
  EPERM: 'Give the user of this process write access to the folder, or choose another data directory.',
  EROFS: 'The file system is read-only: choose another data directory.',
  ENOSPC: 'Free some space on the disk.',
  ENOTDIR: 'A part of the path is a file: choose another data directory.',
  EEXIST: 'The data directory is a file: choose another one.',
  EISDIR: 'The path of the database is a folder: name a file.',
};

function isSqliteFailure(error: unknown): error is SqliteFailure {
  return typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number';
}

/** True when another process or connection holds the lock (SQLITE_BUSY, also its extended forms). */
export function isBusy(error: unknown): boolean {
  return isSqliteFailure(error) && (error.errcode & 0xff) === 5;
}

/** Any failure of the database or the file system, also one told by another thread, as `LATTICE_STORAGE`, with the file, the cause and what to do. */
export function toStorageError(error: unknown, file: string): LatticeError {
  if (LatticeError.isInstance(error)) return error;
  if (isSqliteFailure(error)) {
    const advice = advices[error.errcode & 0xff];
    if (advice !== undefined) {
      const message = `Cannot use the database ${file}: ${advice.what} (${error.message}). ${advice.todo}`;
      return new LatticeError('LATTICE_STORAGE', message, { retryable: advice.retryable, cause: error });
    }
  }
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  const reason = hasMessage ? String(error.message) : String(error);
  const code = hasMessage && 'code' in error ? String(error.code) : '';
  const advice = fileAdvices[code] ?? 'Check the file and its folder.';
  return new LatticeError('LATTICE_STORAGE', `Cannot use the database ${file}: ${reason}. ${advice}`, { cause: error });
}
