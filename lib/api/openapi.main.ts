// Writes openapi.json from the route table and the recorded examples: `npm run openapi`, after either changed. A test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

const at = (name: string): URL => new URL(name, import.meta.url);

const examples = JSON.parse(readFileSync(at('examples.json'), 'utf8'));
writeFileSync(at('openapi.json'), `${JSON.stringify(openApiDocument(routes, examples), undefined, 2)}\n`);
