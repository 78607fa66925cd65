// Loaded before each test file. The product works until runner.ts takes its code out for the body of a test; where WITHOUT_CODE says so, it
// is out from the hooks on, or from the start.
import { beforeAll } from 'vitest';
import { putBack, takeOutNow } from './switch.ts';

const from = process.env['WITHOUT_CODE'];

putBack();
if (from === 'from the start') takeOutNow();
if (from === 'with the hooks') beforeAll(takeOutNow);
