// Loaded before each test file: from when on the product throws. While a file is loaded its code works, so that tables of cases can be made
// from it; files that have made everything by then are loaded a second time, without it. Programs do not start at all.
import { beforeAll } from 'vitest';

const product = globalThis as { withoutCode?: (() => never) | undefined };

const takeOut = (): void => {
  product.withoutCode = () => {
    throw new Error('without its code');
  };
  process.env['NODE_OPTIONS'] = '--import=data:text/javascript,process.exit(70)';
};

product.withoutCode = undefined;
if (process.env['WITHOUT_CODE'] === 'from the start') takeOut();
beforeAll(takeOut);
