// A scheduler of many small tasks that depend on one another, all in promises.
"use strict";

class Task {
  constructor(name, needs) {
    this.name = name;
    this.needs = needs;
    this.promise = undefined;
  }

  run() {
    this.promise ??= (async () => {
      const inputs = await Promise.all(this.needs.map((task) => task.run()));
      await null;
      return inputs.reduce((sum, value) => sum + value, this.name.length);
    })();
    return this.promise;
  }
}

const totals = { graphs: 0, value: 0 };

function buildGraph(size) {
  const tasks = [];
  for (let index = 0; index < size; index++) {
    const needs = tasks.filter((_, other) => other > index - 6 && (index + other) % 3 === 0);
    tasks.push(new Task(`task-${index}`, needs));
  }
  return tasks;
}

exports.round = async () => {
  for (let graph = 0; graph < 6; graph++) {
    const tasks = buildGraph(120);
    const values = await Promise.all(tasks.map((task) => task.run()));
    totals.graphs++;
    totals.value = values.at(-1);
  }
};
