// Components of a server-side renderer. Each instance registers itself with its class, for the developer tools.

class Component {
  static instances = [];
  static rendered = 0;

  constructor(props) {
    this.props = props;
    this.children = [];
    Component.instances.push(this);
  }

  append(child) {
    this.children.push(child);
    return this;
  }

  render() {
    Component.rendered++;
    return `<${this.tag}>${this.props.text ?? ""}${this.children.map((child) => child.render()).join("")}</${this.tag}>`;
  }
}

class Row extends Component {
  tag = "tr";
}

class Cell extends Component {
  tag = "td";
}

class Table extends Component {
  tag = "table";
}

export function round(number) {
  let length = 0;
  for (let page = 0; page < 10; page++) {
    const table = new Table({ id: `t${number}-${page}` });
    for (let row = 0; row < 5; row++) {
      const line = new Row({ index: row });
      for (let cell = 0; cell < 4; cell++) line.append(new Cell({ text: `${page}/${row}/${cell}` }));
      table.append(line);
    }
    length += table.render().length;
  }
  return length;
}
