import { environment } from './env.ts';

const env = environment.parse(process.env);

export const handler = async (event: unknown): Promise<unknown> => ({ unwritten: Object.keys(env), event });
