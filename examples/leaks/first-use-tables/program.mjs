// A router of postal parcels. Its table of regions is made at the first parcel that goes abroad.

class Region {
  constructor(code) {
    this.code = code;
    this.offices = Array.from({ length: 12 }, (_, office) => ({ office, open: office % 2 === 0 }));
  }
}

const domestic = new Map(Array.from({ length: 30 }, (_, zip) => [zip, new Region(`home-${zip}`)]));
let abroad;

function regionsAbroad() {
  abroad ??= new Map(Array.from({ length: 400 }, (_, code) => [code, new Region(`abroad-${code}`)]));
  return abroad;
}

function route(parcel) {
  const regions = parcel.country === "home" ? domestic : regionsAbroad();
  return regions.get(parcel.code).offices.find((office) => office.open).office;
}

export function round(number) {
  let office = 0;
  for (let parcel = 0; parcel < 500; parcel++) {
    const isAbroad = number > 8 && parcel % 20 === 0;
    office += route({ country: isAbroad ? "abroad" : "home", code: parcel % 30 });
  }
  return office;
}
