// What still runs of a program that was started in a process group of its own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How many processes of a group run; one that has ended and only waits to be reaped does not. */
export const runningIn = async (group: number): Promise<number> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat=']);
  return stdout.split('\n').filter((line) => line.trim().startsWith(`${group} `) && !line.includes('Z')).length;
};
