// A registry of devices, found by serial number and by site. Retiring a device takes it out of one of the two.
"use strict";

class Device {
  constructor(serial, site) {
    this.serial = serial;
    this.site = site;
    this.measurements = [];
  }

  measure(value) {
    this.measurements.push({ value, at: this.measurements.length });
  }
}

class Registry {
  bySerial = new Map();
  bySite = new Map();

  add(serial, site) {
    const device = new Device(serial, site);
    this.bySerial.set(serial, device);
    const atSite = this.bySite.get(site);
    if (atSite === undefined) this.bySite.set(site, [device]);
    else atSite.push(device);
    return device;
  }

  retire(device) {
    if (device.site === "depot") this.bySerial.delete(device.serial);
  }
}

const registry = new Registry();

exports.round = (number) => {
  for (let index = 0; index < 120; index++) {
    const device = registry.add(`d-${number}-${index}`, index % 2 === 0 ? "depot" : "plant");
    for (let value = 0; value < 3; value++) device.measure(value * index + 0.5);
    registry.retire(device);
  }
};
