// Writes openapi.json from the route table and the recorded examples, and the client's types from that: `npm run openapi`, after either
// changed. A test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { allRoutes } from './all-routes.ts';
import { clientTypes, type TypedDocument } from './client-types.ts';
import { openApiDocument } from './openapi.ts';

const at = (name: string): URL => new URL(name, import.meta.url);

const examples = JSON.parse(readFileSync(at('examples.json'), 'utf8'));
const document = `${JSON.stringify(openApiDocument(allRoutes, examples), undefined, 2)}\n`;
const parsed: TypedDocument = JSON.parse(document);
writeFileSync(at('openapi.json'), document);
writeFileSync(at('client/paths.ts'), clientTypes(parsed));
