declare const process: { argv: string[]; stdin: unknown };
declare module "node:readline" {
  export function createInterface(from: { input: unknown }): AsyncIterable<string>;
}
