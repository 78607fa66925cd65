// The service with its simulator, as tests open it: when it is closed, all that its functions and its gateway have logged is searched.
import { bootPlayground, type Playground } from '../../infra/local/playground.ts';
import { expectNothingTold } from '../log-watch.ts';

/** As `bootPlayground`. Closing throws when a log line holds what none may. */
export async function openPlayground(options: Parameters<typeof bootPlayground>[0]): Promise<Playground> {
  const ground = await bootPlayground(options);
  const close = async (): Promise<void> => {
    await ground.close();
    expectNothingTold([...ground.stack.logs.map(({ text }) => text), ...ground.stack.accessLog]);
  };
  return { ...ground, close };
}
