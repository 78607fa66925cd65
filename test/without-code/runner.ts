// Runs the body of each test without the code of the product, and everything around it with it.
import { TestRunner } from 'vitest';
import { putBack, takeOutNow } from './switch.ts';

type Test = Parameters<TestRunner['onAfterTryTask']>[0];

// Vitest takes the default export.
export default class WithoutCode extends TestRunner {
  async runTask(test: Test): Promise<void> {
    if (process.env['WITHOUT_CODE'] !== 'in bodies') return TestRunner.getTestFn(test)();
    takeOutNow();
    try {
      await TestRunner.getTestFn(test)();
    } finally {
      putBack();
    }
  }
}
