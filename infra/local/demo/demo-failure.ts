// What ends the demo with a sentence: the service did something else than it promises.
export class DemoFailure extends Error {}
