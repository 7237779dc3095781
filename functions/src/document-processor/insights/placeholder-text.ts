// Recognizes placeholder text ("Lorem ipsum"), which has the words of Latin and is no language.

// The words of four letters or more that its generators use most. Shorter ones are words of real Latin too.
const words = new Set(
  `accumsan adipiscing aliqua aliquam aliquet aliquip amet anim ante arcu auctor augue aute bibendum blandit cillum commodo
  condimentum congue consectetur consequat convallis cras culpa cupidatat curabitur cursus dapibus deserunt diam dictum
  dictumst dignissim dolor dolore donec duis egestas eget eiusmod eleifend elementum elit enim erat eros esse etiam
  euismod excepteur exercitation facilisi facilisis faucibus felis fermentum feugiat finibus fringilla fugiat fusce gravida
  habitant habitasse hendrerit iaculis imperdiet incididunt integer interdum ipsum irure justo laboris laborum labore
  lacinia lacus laoreet lectus libero ligula lobortis lorem luctus maecenas magna malesuada massa mattis mauris maximus
  metus minim molestie mollis mollit morbi nascetur netus nibh nisi nisl nostrud nulla nullam nunc occaecat odio officia
  orci ornare pariatur pellentesque pharetra phasellus placerat platea porta porttitor posuere praesent pretium proident
  proin pulvinar purus quam quisque reprehenderit rhoncus ridiculus risus rutrum sagittis sapien scelerisque semper senectus
  sint sociis sodales sollicitudin sunt suscipit suspendisse tellus tempor tempus tincidunt tortor tristique turpis ullamco
  ullamcorper ultrices ultricies urna varius vehicula velit veniam vestibulum vitae vivamus viverra volutpat voluptate
  vulputate`.split(/\s+/),
)

const minWords = 8
// Of placeholder text above 0.9, of real Latin about a tenth.
const minShare = 0.6

export function isPlaceholderText(text: string): boolean {
  const longWords = text.toLowerCase().match(/\p{L}{4,}/gu) ?? []
  const found = longWords.filter((word) => words.has(word)).length
  return longWords.length >= minWords && found >= longWords.length * minShare
}
