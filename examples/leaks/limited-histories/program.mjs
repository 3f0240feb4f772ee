// What users looked at last: at most eight products each. At first most histories are short; later all are full.

class View {
  constructor(product, at) {
    this.product = product;
    this.at = at;
  }
}

const histories = new Map(Array.from({ length: 150 }, (_, user) => [user, []]));
let clock = 0;

function view(user, product) {
  const history = histories.get(user);
  history.unshift(new View(product, clock++));
  if (history.length > 8) history.pop();
}

export function round(number) {
  for (let request = 0; request < 300; request++) {
    view(Math.floor(Math.random() * 150), (request * number) % 1000);
  }
}
