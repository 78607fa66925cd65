// The import order of the rooms. A room may import only rooms that stand before it in this list.
const rooms = [
  'vehicle',
  'mileage',
  'proof',
  'verification',
  'aws',
  'tenant',
  'contract',
  'event',
  'connection',
  'reading',
  'attestation',
  'ledger',
  'report',
  'webhook',
  'api',
  'simulator',
  'cli',
  'verifier-page',
];
const after = (room) => rooms.slice(rooms.indexOf(room) + 1);

const order = rooms
  .filter((room) => after(room).length > 0)
  .map((room) => ({
    name: `order-${room}`,
    comment: `lib/${room} imports only rooms above it`,
    severity: 'error',
    from: { path: `^lib/${room}/` },
    to: { path: `^lib/(${after(room).join('|')})/` },
  }));

export default {
  forbidden: [
    ...order,
    { name: 'no-circular', comment: 'data flows one way', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-rooms',
      comment: 'mileage, proof and verification run in a browser: no node, no AWS, no client of the vehicle platform',
      severity: 'error',
      from: { path: '^lib/(mileage|proof|verification)/' },
      to: { pathNot: ['^lib/(mileage|proof|verification)/', '^node_modules/temporal-polyfill/'] },
    },
    {
      name: 'mileage-alone',
      severity: 'error',
      from: { path: '^lib/mileage/' },
      to: { path: '^lib/(?!mileage/)' },
    },
    {
      name: 'simulator-shares-nothing',
      comment: 'a simulator that shares code with the client it tests agrees with itself',
      severity: 'error',
      from: { path: '^lib/simulator/' },
      to: { path: '^lib/(?!simulator/)' },
    },
    {
      name: 'cli-only-verification',
      severity: 'error',
      from: { path: '^lib/cli/' },
      to: { path: '^lib/(?!cli/|verification/|proof/|mileage/)' },
    },
    {
      name: 'aws-clients-in-one-place',
      comment: 'only lib/aws constructs AWS SDK clients',
      severity: 'error',
      from: { path: '^(lib|functions)/', pathNot: '^lib/aws/' },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    { name: 'lib-is-the-bottom', severity: 'error', from: { path: '^lib/' }, to: { path: '^(functions|infra|test)/' } },
    {
      name: 'functions-stand-alone',
      comment: 'one folder per Lambda = one trust boundary',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    { name: 'functions-not-infra', severity: 'error', from: { path: '^functions/' }, to: { path: '^(infra|test)/' } },
    {
      name: 'infra-takes-only-env',
      comment: 'infra takes from a function only its environment schema',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^functions/', pathNot: '^functions/[^/]+/env\\.ts$' },
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      from: { path: '^(lib|functions|infra)/' },
      to: { path: '^test/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
