/** A source's address in a few words: what it is, not how it is written. */
export const sourceLabel = (address: string): string => {
  if (address.startsWith('simulate:')) {
    const flows = /^simulate:flow\b/.test(address);
    const options = new URLSearchParams(address.slice('simulate:'.length).replace(/^(flow)?\??/, ''));
    const words = [...options].flatMap(([name, value]) => {
      if (name === 'width' || name === 'height' || value === '0') return [];
      if (name === 'speed' || name === 'view') return [value];
      return value === '1' && name !== 'seed' ? [name] : [`${name} ${value}`];
    });
    const [width, height] = [options.get('width'), options.get('height')];
    if (width && height) words.push(`${width} × ${height}`);
    return [flows ? 'Virtual flow channel' : 'Virtual microscope', ...words].join(' · ');
  }
  if (address.startsWith('camera:')) return address.slice('camera:'.length);
  if (/^[a-z]+:\/\//i.test(address)) return address;
  // Files dropped on the page carry eight digits before their name, so that no two are the same.
  return (address.split(/[/\\]/).at(-1) ?? address).replace(/^[0-9a-f]{8}-/, '');
};
