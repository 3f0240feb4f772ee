// Mails are queued in bursts and sent one by one. When the snapshots of a day are taken the queue may be long or short.

class Mail {
  constructor(to, number) {
    this.to = to;
    this.subject = `Order ${number} has been shipped`;
    this.body = Array.from({ length: 5 }, (_, line) => `line ${line} of order ${number}`);
    this.attempts = 0;
  }
}

class Outbox {
  #queue = [];
  sent = 0;

  put(mail) {
    this.#queue.push(mail);
  }

  send(limit) {
    while (limit-- > 0 && this.#queue.length > 0) {
      const mail = this.#queue.shift();
      mail.attempts++;
      this.sent++;
    }
    return this.#queue.length;
  }
}

const outbox = new Outbox();
const bursts = [800, 420, 80, 640, 300, 260, 500, 420, 640, 300]; // mails a round, over and over
let order = 0;

export function round(number) {
  for (let count = bursts[number % bursts.length]; count > 0; count--) {
    outbox.put(new Mail(`customer${order % 500}@example.org`, order++));
  }
  outbox.send(480);
}
