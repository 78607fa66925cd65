// Writes openapi.json from the route table and the recorded examples: `npm run openapi`, after either changed. A test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { allRoutes } from './all-routes.ts';
import { openApiDocument } from './openapi.ts';

const at = (name: string): URL => new URL(name, import.meta.url);

const examples = JSON.parse(readFileSync(at('examples.json'), 'utf8'));
writeFileSync(at('openapi.json'), `${JSON.stringify(openApiDocument(allRoutes, examples), undefined, 2)}\n`);
