// Tariffs for parcels, memoized by their arguments as JSON. The arguments hold a weight in grams, so few repeat.

const zones = { EU: 4.9, US: 9.9, CN: 12.5 };

function memoize(compute) {
  const answers = new Map();
  return (...args) => {
    const key = JSON.stringify(args);
    let answer = answers.get(key);
    if (answer === undefined) answers.set(key, (answer = compute(...args)));
    return answer;
  };
}

function computeTariff(parcel) {
  const base = zones[parcel.zone];
  return {
    zone: parcel.zone,
    price: base + parcel.grams / 1000,
    steps: [base, parcel.grams / 1000, parcel.express ? 5 : 0],
  };
}

const zoneName = memoize((zone) => ({ zone, name: `zone ${zone}` })); // three answers, for ever
const tariff = memoize(computeTariff);

export function round(number) {
  const names = Object.keys(zones);
  let total = 0;
  for (let parcel = 0; parcel < 350; parcel++) {
    const zone = names[parcel % 3];
    total += zoneName(zone).name.length;
    total += tariff({ zone, grams: number * 350 + parcel, express: parcel % 2 === 0 }).price;
  }
  return total;
}
