// One complaint form for Ant Design 5 and 6: React.createElement, so that no build step is needed.
const h = React.createElement;
const { Form, Input, Select, Radio, Checkbox, Switch, DatePicker, TimePicker, Cascader, InputNumber, AutoComplete, Upload, Button, Modal, message, TreeSelect } = antd;
dayjs.locale && dayjs.locale("zh-cn");

const areas = [
  { value: "33", label: "浙江省", children: [
    { value: "3301", label: "杭州市", children: [{ value: "330106", label: "西湖区" }, { value: "330108", label: "滨江区" }] },
    { value: "3302", label: "宁波市", children: [{ value: "330203", label: "海曙区" }] }] },
  { value: "31", label: "上海市", children: [{ value: "3101", label: "市辖区", children: [{ value: "310104", label: "徐汇区" }] }] },
];
const options = (...texts) => texts.map((label, n) => ({ label, value: "v" + n }));
const item = (name, label, control, more = {}) => h(Form.Item, { name, label, key: name, ...more }, control);
const files = { valuePropName: "fileList", getValueFromEvent: (event) => event.fileList };

function plain(value) {
  if (dayjs.isDayjs(value)) return value.format("YYYY-MM-DD HH:mm:ss");
  if (Array.isArray(value)) return JSON.stringify(value.map((one) => (dayjs.isDayjs(one) ? one.format("YYYY-MM-DD") : one)));
  return value === undefined ? "" : String(value);
}

async function send(values) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (name === "files" || name === "pictures") for (const file of value || []) data.append(name, file.originFileObj, file.name);
    else data.append(name, plain(value));
  }
  const answer = await (await fetch("/complaints", { method: "POST", body: data })).json();
  Modal.success({ title: "提交成功", content: "投诉编号：" + answer.number });
}

function App() {
  const [form] = Form.useForm();
  const [branches, setBranches] = React.useState([]);
  const search = (text) => setTimeout(() => setBranches(["西湖支行", "西湖第二支行", "滨江支行"].filter((b) => text && b.includes(text)).map((b) => ({ label: b, value: b }))), 150);
  const ask = (values) => Modal.confirm({ title: "确定要提交吗？", okText: "确定", cancelText: "取消", onOk: () => send(values) });
  return h(Form, { form, labelCol: { span: 6 }, onFinish: ask },
    item("title", "投诉标题", h(Input, { maxLength: 40, showCount: true }), { rules: [{ required: true }] }),
    item("kind", "投诉类型", h(Select, { placeholder: "请选择", options: options("服务投诉", "催收投诉", "隐私投诉") })),
    item("company", "涉及公司", h(Select, { showSearch: true, optionFilterProp: "label", placeholder: "请选择", options: Array.from({ length: 2000 }, (_, n) => ({ label: "公司" + n + "号", value: "c" + n })) })),
    item("product", "贷款产品", h(Select, { placeholder: "请选择", options: Array.from({ length: 300 }, (_, n) => ({ label: "产品" + n, value: "p" + n })) })),
    item("branch", "银行网点", h(Select, { showSearch: true, filterOption: false, onSearch: search, placeholder: "输入关键词", options: branches })),
    item("demands", "诉求", h(Select, { mode: "multiple", placeholder: "可多选", options: options("停止骚扰", "书面答复", "删除信息") })),
    item("sex", "性别", h(Radio.Group, { options: options("男", "女") })),
    item("urgency", "紧急程度", h(Radio.Group, { optionType: "button", options: options("一般", "紧急") })),
    item("ways", "联系方式", h(Checkbox.Group, { options: options("电话", "短信", "邮件") })),
    item("anonymous", "匿名投诉", h(Switch), { valuePropName: "checked" }),
    item("day", "发生日期", h(DatePicker)),
    item("moment", "受理时间", h(DatePicker, { showTime: true })),
    item("chinese", "中文日期", h(DatePicker, { format: "YYYY年MM月DD日", inputReadOnly: true })),
    item("range", "起止日期", h(DatePicker.RangePicker)),
    item("time", "催收时刻", h(TimePicker)),
    item("area", "所在地区", h(Cascader, { options: areas, placeholder: "请选择地区" })),
    item("amount", "涉及金额", h(InputNumber, { precision: 2, style: { width: 200 } })),
    item("contract", "合同编号", h(AutoComplete, { options: [{ value: "HT-1" }, { value: "HT-2" }] })),
    item("phone", "手机号码", h(Input, { placeholder: "请输入手机号" })),
    item("body", "问题描述", h(Input.TextArea, { rows: 4, maxLength: 500, showCount: true })),
    item("files", "证据附件", h(Upload, { beforeUpload: () => false, multiple: true }, h(Button, null, "选择文件")), files),
    item("pictures", "证据图片", h(Upload, { beforeUpload: () => false, listType: "picture-card" }, "+"), files),
    item("agree", undefined, h(Checkbox, null, "我已阅读并同意《投诉须知》"), { valuePropName: "checked" }),
    h(Button, { type: "primary", htmlType: "submit" }, "提交"), h(Button, { htmlType: "reset" }, "重置"));
}
ReactDOM.createRoot(document.getElementById("app")).render(h(antd.ConfigProvider, { locale: antd.locales?.zh_CN }, h(App)));
