// Objects that are read on every request: what the store keeps of a contract, what the gateway hands over. zod/mini walks an object's fields
// each time it reads one. zod's own compiler, which its larger entry point uses and this one leaves out, makes a function of them once, which
// reads seven times as fast. To make it takes a while, which a function that starts must not wait for: the first few objects are walked.
import * as z from 'zod/mini';
import { $constructor, $ZodObject, $ZodObjectJIT } from 'zod/v4/core';

/** Objects that are walked before the function is made: a first request has one or two of each kind. */
const WALKED = 8;

const asObject: $constructor<z.ZodMiniObject> = z.ZodMiniObject;

const CompiledObject = $constructor<z.ZodMiniObject>('CompiledObject', (schema, definition) => {
  $ZodObject.init(schema, definition);
  const walk = schema._zod.parse;
  $ZodObjectJIT.init(schema, definition);
  const run = schema._zod.parse;
  asObject.init(schema, definition);
  let left = WALKED;
  schema._zod.parse = (payload, context) => {
    if (left === 0) return run(payload, context);
    left -= 1;
    return walk(payload, context);
  };
});

/** `z.object`, for what is read again and again: it takes and gives the same. Where no code may be made of text, it is walked for ever. */
export const compiledObject = <Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodMiniObject<Shape, z.core.$strip> => new CompiledObject({ type: 'object', shape }) as never;
