/** Things to send for people who have no file at hand: made here, no request leaves the machine. */

/** A picture of a parcel that did not travel well. @param {number} n @returns {Promise<File>} */
export function picture(n = 0) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const tints = [["#d9c3a0", "#a67c48"], ["#c9cfae", "#7c8a4f"], ["#d8b7ad", "#9c5f52"]];
  const [light, dark] = tints[n % tints.length];
  pen.fillStyle = light;
  pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = dark;
  pen.beginPath();
  pen.moveTo(150, 190);
  pen.lineTo(330, 110);
  pen.lineTo(510, 190);
  pen.lineTo(500, 380);
  pen.lineTo(320, 430);
  pen.lineTo(160, 370);
  pen.fill();
  pen.strokeStyle = "rgba(255,255,255,.55)";
  pen.lineWidth = 6;
  pen.stroke(new Path2D("M150 190L320 260L510 190M320 260L320 430"));
  pen.strokeStyle = "rgba(40,20,10,.65)";
  pen.lineWidth = 4;
  pen.stroke(new Path2D(`M${220 + 30 * n} 210l22 40l-26 30l30 34l-14 40`));
  return new Promise((done) => canvas.toBlob((blob) => done(new File([/** @type {Blob} */ (blob)], `parcel-${n + 1}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.85));
}

/** Three seconds of sound with the rhythm of speech. @returns {File} */
export function speech() {
  const rate = 8000;
  const seconds = 3;
  const data = new DataView(new ArrayBuffer(44 + rate * seconds));
  const words = "RIFF....WAVEfmt ";
  [...words].forEach((c, i) => data.setUint8(i, c.charCodeAt(0)));
  data.setUint32(4, 36 + rate * seconds, true);
  [[16, 16], [24, rate], [28, rate], [40, rate * seconds]].forEach(([at, value]) => data.setUint32(at, value, true));
  [[20, 1], [22, 1], [32, 1], [34, 8]].forEach(([at, value]) => data.setUint16(at, value, true));
  [..."data"].forEach((c, i) => data.setUint8(36 + i, c.charCodeAt(0)));
  for (let i = 0; i < rate * seconds; i++) {
    const t = i / rate;
    const loud = Math.max(0, Math.sin(t * 9)) * Math.max(0, Math.sin(t * 2.1 + 0.4));
    data.setUint8(44 + i, 128 + 60 * loud * Math.sin(2 * Math.PI * (150 + 30 * Math.sin(t * 5)) * t));
  }
  return new File([data.buffer], "voice.wav", { type: "audio/wav" });
}
