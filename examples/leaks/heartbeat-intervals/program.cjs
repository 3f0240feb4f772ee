// Device connections with a heartbeat. close() marks the connection as closed and forgets to clear the timer.
"use strict";

class DeviceConnection {
  constructor(serial, intervalMs) {
    this.serial = serial;
    this.isOpen = true;
    this.missed = 0;
    this.timer = setInterval(() => this.beat(), intervalMs);
    this.timer.unref();
  }

  beat() {
    if (this.isOpen) this.missed++;
  }

  close() {
    this.isOpen = false;
  }
}

const known = new Map();

function serve(serial) {
  const connection = new DeviceConnection(serial, 30_000);
  known.set(serial, { lastSeen: Date.now() }); // at most 100 serial numbers
  connection.close();
}

exports.round = () => {
  for (let device = 0; device < 250; device++) serve(`SN-${device % 100}`);
};
