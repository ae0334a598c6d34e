// Contrast of the text that is hardest to read on its background, 1 to 21 as WCAG counts it.
(() => {
    const channels = colour => colour.match(/[\d.]+/g).map(Number);
    const linear = share => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    const luminance = colour => {
        const [red, green, blue] = channels(colour).map(value => linear(value / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const background = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (colour.startsWith("rgb(")) return colour;
        }
        return "rgb(255, 255, 255)";
    };
    const hasText = element => Array.from(element.childNodes).some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const contrast = element => {
        const [one, other] = [luminance(getComputedStyle(element).color), luminance(background(element))];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    };
    return Math.min(...Array.from(document.body.querySelectorAll("*")).filter(hasText).map(contrast));
})()
