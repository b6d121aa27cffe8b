import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A process, told apart from a later one of the same number. */
export interface ProcessIdentity {
  /** Where numbers of processes mean the same: host, boot and, on Linux, the namespace of process numbers. */
  readonly machine: string;
  readonly pid: number;
  /** When it started, in ticks since boot; empty where the system does not say. */
  readonly start: string;
}

/** This process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const [boot, namespace, state] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    linuxState(process.pid),
  ]);
  const machine = [hostname(), boot.trim(), namespace].filter((part) => part !== '').join(' ');
  return { machine, pid: process.pid, start: state?.start ?? '' };
}

/** Whether a process of this machine still runs. */
export async function isRunning({ pid, start }: ProcessIdentity): Promise<boolean> {
  if (start === '') return answersToSignal(pid);
  const state = await linuxState(pid);
  return state !== undefined && state.start === start && !state.isOver;
}

interface LinuxState {
  readonly start: string;
  /** It has ended and waits to be reaped by its parent. */
  readonly isOver: boolean;
}

/** Fields 3 (state) and 22 (start time) of proc_pid_stat(5); the second, the name, may hold blanks and brackets. */
async function linuxState(pid: number): Promise<LinuxState | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  if (state === undefined || start === undefined) return undefined;
  return { start, isOver: state === 'Z' || state === 'X' };
}

function answersToSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
