// The switch: what every function of the product asks first (take-out.ts). Programs are kept from starting.
const product = globalThis as { withoutCode?: (() => never) | undefined };

const NOT_STARTED = '--import=data:text/javascript,process.exit(70)';

export const MESSAGE = 'without its code';

export function takeOutNow(): void {
  product.withoutCode = () => {
    throw new Error(MESSAGE);
  };
  process.env['NODE_OPTIONS'] = NOT_STARTED;
}

export function putBack(): void {
  product.withoutCode = undefined;
  delete process.env['NODE_OPTIONS'];
}
