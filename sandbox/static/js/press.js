// What is pressed stays as it is until it is let go: a part drawn anew in between would lose the click.

const waiting = new Map();
let pressed = null;

addEventListener("pointerdown", (event) => (pressed = event.target), true);
// The click follows the letting go at once; what was put off comes after both.
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(letGo), true);

function letGo() {
  pressed = null;
  const draws = [...waiting.values()];
  waiting.clear();
  for (const draw of draws) draw();
}

/** Draws `root` now, or, while something in it is pressed, once that is let go. */
export function drawUnpressed(root, draw) {
  if (pressed && root.contains(pressed)) waiting.set(root, draw);
  else draw();
}
