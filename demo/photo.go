package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// boardPhoto draws what stands for the photo of the notice board.
func boardPhoto() []byte {
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			shade := uint8(230)
			if y%8 == 4 && x > 8 && x < 56 {
				shade = 60
			}
			img.SetGray(x, y, color.Gray{Y: shade})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil { // a buffer takes everything
		panic(err)
	}
	return b.Bytes()
}
