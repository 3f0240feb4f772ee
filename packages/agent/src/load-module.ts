// Modules of Node that a service may never need are loaded on first use: the agent must not cost a service its start-up.

/** Node's own module, without the prefix `node:`. In the CommonJS bundle `require` is the module's own. */
export function loadModule<Module>(name: string): Module {
  // A name that is not written out: bundlers leave the call alone, and Node's own modules are never theirs to bundle.
  return (
    (process.getBuiltinModule as ((id: string) => Module) | undefined)?.(`node:${name}`) ??
    (require(`node:${name}`) as Module)
  );
}
