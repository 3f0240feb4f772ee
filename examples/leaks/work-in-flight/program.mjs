// Transfers that take a while. With the load there are more and more under way at a time, and each of them ends.

class Transfer {
  constructor(id, amount) {
    this.id = id;
    this.amount = amount;
    this.log = [`${id} started`];
  }

  async run(finished) {
    await finished;
    this.log.push(`${this.id} done`);
    underWay.delete(this.id);
  }
}

const underWay = new Map();
let finishAll = () => {};
const done = { transfers: 0 };

export async function round(number) {
  finishAll(); // what the last round has started comes to its end
  await new Promise((resolve) => setImmediate(resolve));
  const finished = new Promise((resolve) => (finishAll = resolve));
  for (let index = 0; index < 40 * number; index++) {
    const transfer = new Transfer(`${number}:${index}`, index * 10);
    underWay.set(transfer.id, transfer);
    void transfer.run(finished).then(() => done.transfers++);
  }
}
