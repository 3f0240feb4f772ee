/**
 * A few counts as a line the height of a row; in words for who cannot see it. The line stands on zero, so that a change is as high
 * as its share of the whole: one of a percent looks flat.
 */
import "./sparkline.css";

const WIDTH = 84;
const HEIGHT = 16;
/** Room for the line's own width and the dot at its end. */
const INSET = 2.5;

export function Sparkline({ values, title }: { readonly values: readonly number[]; readonly title: string }) {
  const points = sparkPoints(values);
  const last = points.at(-1);
  return (
    <svg class="hs-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
      <title>{title}</title>
      <polyline class="hs-spark-line" points={points.map(([x, y]) => `${x},${y}`).join(" ")} />
      {last !== undefined && <circle class="hs-spark-end" cx={last[0]} cy={last[1]} r={2} />}
    </svg>
  );
}

/** Where the points lie: zero at the bottom, the largest on top. */
export function sparkPoints(values: readonly number[]): (readonly [x: number, y: number])[] {
  const most = Math.max(1, ...values);
  const step = values.length > 1 ? (WIDTH - 2 * INSET) / (values.length - 1) : 0;
  return values.map((value, index) => {
    return [round(INSET + index * step), round(HEIGHT - INSET - (value / most) * (HEIGHT - 2 * INSET))];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
